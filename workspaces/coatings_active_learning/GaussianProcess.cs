using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace CoatingsActiveLearning;

/// <summary>
/// Gaussian-process regression with a constant mean and a Matérn 5/2 kernel that has a length for each coordinate: C. E.
/// Rasmussen and C. K. I. Williams, Gaussian Processes for Machine Learning, MIT Press 2006, chapters 2 and 5. Lengths and noise
/// are those of the largest marginal likelihood, mean and variance follow from them in closed form.
/// </summary>
internal sealed class GaussianProcess
{
    private readonly double[][] _at;
    private readonly double[] _lengths;
    private readonly Cholesky<double> _factor;
    private readonly Vector<double> _weights;
    private readonly double _mean,
        _variance;

    private GaussianProcess(double[][] at, double[] values, double[] logarithms)
    {
        _at = at;
        _lengths = Array.ConvertAll(logarithms[..^1], Math.Exp);
        Noise = Math.Exp(logarithms[^1]);
        _factor = Matrix<double>.Build.Dense(at.Length, at.Length, (i, j) => Correlation(at[i], at[j]) + (i == j ? Noise : 0)).Cholesky();

        var y = Vector<double>.Build.Dense(values);
        var ones = Vector<double>.Build.Dense(values.Length, 1);
        var solved = _factor.Solve(ones);
        _mean = solved.DotProduct(y) / solved.DotProduct(ones);
        _weights = _factor.Solve(y - _mean);
        // A variance of nothing, where all values are the same, would leave no likelihood to compare.
        _variance = Math.Max(_weights.DotProduct(y - _mean) / values.Length, 1e-12);
        LogLikelihood = -(values.Length * (Math.Log(2 * Math.PI * _variance) + 1) + _factor.DeterminantLn) / 2;
    }

    /// <summary>Logarithm of the marginal likelihood.</summary>
    public double LogLikelihood { get; }

    /// <summary>Variance of the noise, in units of that of the function.</summary>
    public double Noise { get; }

    /// <summary>Length over which the function changes, for each coordinate.</summary>
    public IReadOnlyList<double> Lengths => _lengths;

    /// <summary>The process of largest marginal likelihood: the best of a coarse grid, refined by a compass search.</summary>
    public static GaussianProcess Fit(double[][] at, double[] values)
    {
        GaussianProcess? best = null;
        double[] parameters = [];
        foreach (var length in new[] { 0.1, 0.2, 0.4, 0.8, 1.6 })
        foreach (var noise in new[] { 1e-6, 1e-4, 1e-2 })
            Try([.. Enumerable.Repeat(Math.Log(length), at[0].Length), Math.Log(noise)]);
        for (var step = 0.5; step > 0.03; step /= 2)
        for (var improved = true; improved; )
        {
            improved = false;
            for (var i = 0; i < parameters.Length; i++)
                improved |= Try(Moved(i, step)) || Try(Moved(i, -step));
        }
        return best!;

        double[] Moved(int index, double step)
        {
            double[] moved = [.. parameters];
            moved[index] += step;
            return moved;
        }

        bool Try(double[] candidate)
        {
            // Outside of these the kernel is a constant or white noise, whatever the likelihood of a few points says.
            if (
                candidate[..^1].Any(length => length < Math.Log(0.05) || length > Math.Log(5))
                || candidate[^1] < Math.Log(1e-8)
                || candidate[^1] > 0
            )
                return false;
            var process = new GaussianProcess(at, values, candidate);
            if (best is not null && process.LogLikelihood <= best.LogLikelihood + 1e-9)
                return false;
            (best, parameters) = (process, candidate);
            return true;
        }
    }

    /// <summary>The same process, with one more value that is taken as given.</summary>
    public GaussianProcess With(double[] place, double[] values) =>
        new([.. _at, place], values, [.. _lengths.Select(length => Math.Log(length)), Math.Log(Noise)]);

    /// <summary>Expected value and standard deviation of the function, without noise.</summary>
    public (double Mean, double Deviation) Predict(double[] place)
    {
        var correlations = Vector<double>.Build.Dense(_at.Length, i => Correlation(place, _at[i]));
        var explained = correlations.DotProduct(_factor.Solve(correlations));
        return (_mean + correlations.DotProduct(_weights), Math.Sqrt(_variance * Math.Max(0, 1 - explained)));
    }

    private double Correlation(double[] one, double[] other)
    {
        double squares = 0;
        for (var i = 0; i < one.Length; i++)
            squares += Math.Pow((one[i] - other[i]) / _lengths[i], 2);
        var r = Math.Sqrt(5 * squares);
        return (1 + r + r * r / 3) * Math.Exp(-r);
    }
}
