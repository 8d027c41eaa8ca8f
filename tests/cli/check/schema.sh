#!/bin/bash
wmclients check --schema | cmp - "$WMCLIENTS_TOP/schemas/check.json"
