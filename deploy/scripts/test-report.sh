#!/bin/bash
# Counts what the reports of the last test run say, per tag, and says which tests failed. The last line is
# "N passed, N failed[, N skipped]". Ends with 1 when a test failed, when none ran, or when a test class has no report:
# its JVM died, or it was never started.
#
#   deploy/scripts/test-report.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
shopt -s nullglob globstar

# One line a report: tag, tests, not passed, skipped. The class's name tells the tag; ArchitectureTest holds the two equal.
counts() {
    for report in */target/{surefire,failsafe}-reports/TEST-*.xml; do
        head -c 4000 "$report" | tr '\n' ' ' | awk '
            function value(name) { return match($0, "[ \"]" name "=\"[^\"]*\"") \
                ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
            {
                sub(/.*<testsuite /, " "); sub(/>.*/, "")
                class = value("name"); sub(/.*\./, "", class); sub(/\$.*/, "", class)
                tag = class ~ /KernelTest$/ ? "root" : class ~ /SimulationTest$/ ? "sim" : class ~ /IT$/ ? "e2e" : "pure"
                print tag, value("tests") + 0, value("failures") + value("errors"), value("skipped") + 0
            }'
    done
}

missing() {
    for source in */src/test/java/**/*Test.java */src/test/java/**/*IT.java; do
        grep -qE '@(Test|TestFactory|ParameterizedTest|RepeatedTest)\b' "$source" || continue
        class=${source#*/src/test/java/}
        class=${class%.java}
        reports=("${source%%/*}"/target/*-reports/TEST-"${class//\//.}".xml)
        [ ${#reports[@]} != 0 ] || echo "${class//\//.}"
    done
}

failed_tests() {
    for report in */target/{surefire,failsafe}-reports/*.txt; do
        grep -hE '<<< (FAILURE|ERROR)!' "$report" | grep -v '^Tests run' | sed 's/ -- Time elapsed.*//; s/^/  /' || true
    done
}

table=$(counts | awk '
    { tests[$1] += $2; failed[$1] += $3; skipped[$1] += $4 }
    END { split("pure root sim e2e", tags); for (i = 1; i <= 4; i++) { t = tags[i]
        print t, tests[t] - failed[t] - skipped[t], failed[t] + 0, skipped[t] + 0 } }')
read -r passed failed skipped < <(awk '{ p += $2; f += $3; s += $4 } END { print p + 0, f + 0, s + 0 }' <<<"$table")

echo
failed_tests
lost=$(missing)
if [ -n "$lost" ]; then
    echo "no report of: ${lost//$'\n'/ }"
    failed=$((failed + $(wc -l <<<"$lost")))
fi
[ $((passed + failed)) != 0 ] || { echo "no test ran"; failed=1; }
awk '{ printf "%-5s %4d passed %3d failed %3d skipped\n", $1, $2, $3, $4 }' <<<"$table"
summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" = 0 ]
