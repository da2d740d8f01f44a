namespace Common;

/// <summary>A function of many numbers with its gradient.</summary>
internal delegate double Function(ReadOnlySpan<double> at, Span<double> gradient);

/// <summary>Where a minimisation ended.</summary>
internal sealed record Minimum(double[] At, double Value, double LargestGradient, int Steps);

/// <summary>
/// Limited-memory BFGS with backtracking: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., algorithm 7.5. It
/// draws no random numbers and ends at the same place on every machine to the last digits of the arithmetic.
/// </summary>
internal static class Minimiser
{
    private const int Memory = 8;

    /// <param name="function">What is to become small.</param>
    /// <param name="start">Where to begin; left as it is.</param>
    /// <param name="tolerance">Largest component of the gradient at the end.</param>
    /// <param name="longestStep">No coordinate moves further than this in one step.</param>
    /// <param name="mostSteps">Steps after which it gives up.</param>
    /// <exception cref="UserError">It does not get there.</exception>
    public static Minimum Minimise(Function function, double[] start, double tolerance, double longestStep, int mostSteps = 2000)
    {
        double[] at = [.. start],
            gradient = new double[at.Length];
        var value = function(at, gradient);
        var moves = new LinkedList<(double[] Move, double[] Change, double Curvature)>();
        for (var step = 0; step < mostSteps; step++)
        {
            if (Largest(gradient) <= tolerance)
                return new Minimum(at, value, Largest(gradient), step);

            var direction = Direction(gradient, moves);
            if (Dot(direction, gradient) >= 0)
            {
                moves.Clear();
                direction = Array.ConvertAll(gradient, g => -g);
            }
            var factor = Math.Min(1, longestStep / Largest(direction));
            var (next, nextGradient, nextValue) = Search(function, at, gradient, value, direction, factor);
            if (next is null)
            {
                if (moves.Count == 0)
                    break;
                moves.Clear();
                continue;
            }

            var move = Difference(next, at);
            var change = Difference(nextGradient!, gradient);
            if (Dot(move, change) is var curvature and > 0)
            {
                moves.AddLast((move, change, curvature));
                if (moves.Count > Memory)
                    moves.RemoveFirst();
            }
            (at, gradient, value) = (next, nextGradient!, nextValue);
        }
        throw UserError.Invalid(
            $"the minimisation does not converge: a gradient of {Largest(gradient):0.0e+0} is left, not {tolerance:0.0e+0}"
        );
    }

    /// <summary>Halves the step until the value falls enough; near the minimum, where the value's last digits decide nothing, until the
    /// slope does.</summary>
    private static (double[]? At, double[]? Gradient, double Value) Search(
        Function function,
        double[] at,
        double[] gradient,
        double value,
        double[] direction,
        double factor
    )
    {
        var slope = Dot(direction, gradient);
        for (var halvings = 0; halvings < 30; halvings++, factor /= 2)
        {
            var next = new double[at.Length];
            for (var i = 0; i < at.Length; i++)
                next[i] = at[i] + factor * direction[i];
            var nextGradient = new double[at.Length];
            var nextValue = function(next, nextGradient);
            if (
                nextValue <= value + 1e-4 * factor * slope
                || (nextValue <= value + 1e-12 * Math.Abs(value) && Math.Abs(Dot(direction, nextGradient)) < 0.9 * Math.Abs(slope))
            )
                return (next, nextGradient, nextValue);
        }
        return (null, null, value);
    }

    private static double[] Direction(double[] gradient, LinkedList<(double[] Move, double[] Change, double Curvature)> moves)
    {
        var direction = Array.ConvertAll(gradient, g => -g);
        var weights = new Stack<double>();
        for (var node = moves.Last; node is not null; node = node.Previous)
        {
            var weight = Dot(node.Value.Move, direction) / node.Value.Curvature;
            weights.Push(weight);
            Add(direction, -weight, node.Value.Change);
        }
        if (moves.Last is { Value: var (_, change, curvature) })
            for (var i = 0; i < direction.Length; i++)
                direction[i] *= curvature / Dot(change, change);
        for (var node = moves.First; node is not null; node = node.Next)
            Add(direction, weights.Pop() - Dot(node.Value.Change, direction) / node.Value.Curvature, node.Value.Move);
        return direction;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Add(double[] to, double factor, double[] what)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += factor * what[i];
    }

    private static double[] Difference(double[] a, double[] b)
    {
        var difference = new double[a.Length];
        for (var i = 0; i < a.Length; i++)
            difference[i] = a[i] - b[i];
        return difference;
    }

    private static double Largest(double[] values)
    {
        double largest = 0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
