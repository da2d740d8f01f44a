# Compares the metals with expected.txt, and derives the mixing energy of Cu-Ni: writes report.md and results.json, and fails where a number is off.
# Each results.json is one line of JSON; sed makes words of it.
set -eu
for f in deps/metal_*/results.json; do m=${f#deps/metal_}; echo "element ${m%/*} $(sed 's/[{}",:]/ /g' "$f")"; done > metals.txt
for f in deps/alloy_*/results.json; do sed 's/[{}",:]/ /g' "$f"; done | sort -n -k 4 > alloys.txt
awk -v report=report.md '
  function field(name,  i) { for (i = 1; i < NF; i++) if ($i == name) return $(i + 1); print "no " name " in: " $0 > "/dev/stderr"; wrong++; return 0 }
  function check(element, what, value, wanted, by) {
    if (value - wanted > by || wanted - value > by) { print element ": " what " is " value ", expected " wanted " within " by > "/dev/stderr"; wrong++ } }
  FILENAME == "expected.txt" { if ($1 != "#") expected[$1] = $0; next }
  FILENAME == "metals.txt" {
    split(expected[field("element")], e, " "); m = field("element"); metals++
    check(m, "a0", field("a0"), e[2], 0.0005); check(m, "Ecoh", field("Ecoh"), e[3], 0.0005); check(m, "B", field("B"), e[4], 0.5)
    check(m, "C11", field("C11"), e[5], 0.5); check(m, "C12", field("C12"), e[6], 0.5); check(m, "C44", field("C44"), e[7], 0.5); check(m, "Evac", field("Evac"), e[8], 0.005)
    if (metals == 1) print "| metal | a0 / Å | Ecoh / eV | B / GPa | C11 | C12 | C44 | Evac / eV |\n|---|---:|---:|---:|---:|---:|---:|---:|" > report
    print "| " m " | " field("a0") " | " field("Ecoh") " | " field("B") " | " field("C11") " | " field("C12") " | " field("C44") " | " field("Evac") " |" > report; next }
  { x[++n] = field("nickel"); energy[n] = field("E") }
  END {
    if (metals != 7 || n != 11) { print "expected 7 metals and 11 alloys, found " metals " and " n > "/dev/stderr"; exit 1 }
    print "\n| nickel | mixing energy / (meV/atom) |\n|---:|---:|" > report
    for (i = 1; i <= n; i++) {
      mix = 1000 * (energy[i] - x[i] * energy[n] - (1 - x[i]) * energy[1]); if (mix > top) { top = mix; at = x[i] }
      # Cu-Ni separates: mixing costs energy at every composition.
      if (i > 1 && i < n && mix <= 0) { print "mixing energy at " x[i] " is " mix > "/dev/stderr"; wrong++ }
      printf "| %.3f | %.2f |\n", x[i], mix > report }
    check("CuNi", "largest mixing energy", top, 31, 2); check("CuNi", "its composition", at, 0.5, 0.11)
    printf "{\"metals\": %d, \"alloys\": %d, \"largest_mixing_energy_meV\": %.2f, \"at_nickel\": %.3f}\n", metals, n, top, at > "results.json"
    exit wrong > 0 }' expected.txt metals.txt alloys.txt
