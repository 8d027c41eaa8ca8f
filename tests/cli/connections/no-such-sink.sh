#!/bin/bash
wmclients connections --port 80 "$CAPTURES/two-sinks"
