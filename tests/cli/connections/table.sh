#!/bin/bash
wmclients connections "$CAPTURES/errors-browsers"
