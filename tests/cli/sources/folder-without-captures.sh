#!/bin/bash
mkdir folder
echo text > folder/README.md
wmclients list folder
