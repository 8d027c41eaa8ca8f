#!/bin/bash
# Which of them? A list to choose from.
wmclients info --index 0 "$CAPTURES/two-sinks"
