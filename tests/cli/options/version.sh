#!/bin/sh
wmclients --version
