# Compares all grids with π. Each halving of the interval divides the error by four: order 2.
for grid in deps/*/results.json; do
  sed 's/[^0-9.]*\([0-9]*\)[^0-9.]*\([0-9.]*\).*/\1 \2/' "$grid"
done | sort -n | awk '
  BEGIN { pi = atan2(0, -1); print "intervals  integral        error      order" > "convergence.txt" }
  {
    error = $2 - pi
    printf "%9d  %.12f  %.3e", $1, $2, error > "convergence.txt"
    if (NR > 1) { order = log(last / error) / log($1 / intervals); printf "  %.4f", order > "convergence.txt" }
    print "" > "convergence.txt"
    xs = xs (NR > 1 ? ", " : "") $1; ys = ys (NR > 1 ? ", " : "") sprintf("%.3e", error)
    last = error; intervals = $1
  }
  END {
    printf "{\"title\": \"Convergence\", \"x\": {\"label\": \"intervals\", \"scale\": \"log\"}, \"y\": {\"label\": \"error\", \"scale\": \"log\"}, \"series\": [{\"name\": \"midpoint rule\", \"x\": [%s], \"y\": [%s]}]}\n", xs, ys > "convergence.json"
    printf "{\"grids\": %d, \"order\": %.4f, \"error\": %.3e}\n", NR, order, error > "results.json"
    if (NR < 2 || order < 1.99 || order > 2.01) { print "the order is " order ", not 2" > "/dev/stderr"; exit 1 }
  }'
