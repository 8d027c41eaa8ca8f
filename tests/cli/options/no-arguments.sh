#!/bin/sh
# A command is needed; the usage goes to standard error.
wmclients
