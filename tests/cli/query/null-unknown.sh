#!/bin/bash
wmclients query GetClientInfo 0 --null adress "$CAPTURES/vlc-mixed"
