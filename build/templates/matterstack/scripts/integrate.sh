# Computes the integral of 4 / (1 + x²) from 0 to 1, which is π, by the midpoint rule on a grid of $1 intervals.
awk -v n="$1" 'BEGIN {
  for (i = 0; i < n; i++) { x = (i + 0.5) / n; sum += 4 / (1 + x * x) }
  printf "{\"n\": %d, \"integral\": %.15f}\n", n, sum / n
}' > results.json
