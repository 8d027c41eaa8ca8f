#!/bin/bash
wmclients query GetClientInfo
