#!/bin/bash
wmclients check --list-rules --rule 'http.request.m*,http.client.*'
wmclients check --list-rules --rule 'http.request.*' --level should --side server
wmclients check --list-rules --rule 'http.request.c*' --level must
