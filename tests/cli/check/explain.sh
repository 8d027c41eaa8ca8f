#!/bin/bash
wmclients check --explain http.request.ntlm-keepalive
wmclients check --explain http.request.nothing
