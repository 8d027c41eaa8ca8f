#!/bin/bash
wmclients list - -
