#!/bin/bash
# Names from a file go before names on the wire, at every instant.
cat > hosts <<'HOSTS'
# a comment
10.78.0.11   desk.example.org desk   # the first name counts
fd78::0040	six.example.org
HOSTS
wmclients list --hosts hosts --fields index,address,dns_name,dns_source "$CAPTURES/dns-names"
wmclients list --hosts hosts --fields index,address,dns_name,dns_source --at +4 "$CAPTURES/dns-names"
