#!/bin/bash
# Who was refused, and why.
wmclients events "$CAPTURES/errors-browsers"
