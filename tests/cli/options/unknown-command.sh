#!/bin/sh
wmclients no-such-command
