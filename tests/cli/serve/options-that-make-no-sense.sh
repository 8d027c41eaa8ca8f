#!/bin/bash
for option in "--port 70000" "--port x" "--max-clients -1" "--burst-seconds 100" "--bind host" "--allow 10.0.0.0/40" \
    "--deny somebody" "--paths all" "--refuse-with 500" "--stall-timeout 0"; do
    # shellcheck disable=SC2086  # words
    wmclients serve --port 0 $option "$WMCLIENTS_TOP/tests/cli/serve/audio.wma" 2> message
    echo "$option: $?, $(wc -l < message) line"
done
wmclients serve 2> message
echo "nothing: $?"
