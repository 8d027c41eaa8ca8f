#!/bin/bash
wmclients list - < /dev/null
