#!/bin/bash
# Neither time zone nor locale changes a report.
for form in text json junit sarif github tap; do
    wmclients check --report "$form=here" "$CAPTURES/vlc-mixed" >/dev/null
    TZ=Asia/Tokyo LC_ALL=C wmclients check --report "$form=there" "$CAPTURES/vlc-mixed" >/dev/null
    cmp here there && echo "$form: the same"
done
