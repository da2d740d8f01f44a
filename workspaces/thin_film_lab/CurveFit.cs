using Common;

namespace ThinFilmLab;

/// <summary>What a measured curve says about a film.</summary>
/// <param name="Thickness">Å.</param>
/// <param name="ThicknessError">Its standard deviation, Å.</param>
/// <param name="Surface">Roughness of the surface, Å.</param>
/// <param name="Interface">Roughness between film and substrate, Å.</param>
/// <param name="Beam">Counts per second of the direct beam.</param>
/// <param name="Background">Counts per second without a beam.</param>
/// <param name="ChiSquared">Per degree of freedom; one if model and noise explain all.</param>
/// <param name="Steps">Of the fit.</param>
internal sealed record FilmFit(
    double Thickness,
    double ThicknessError,
    double Surface,
    double Interface,
    double Beam,
    double Background,
    double ChiSquared,
    int Steps
);

/// <summary>
/// Least-squares fit of one layer to a curve by the method of K. Levenberg (1944) and D. W. Marquardt (1963). A point's variance is
/// that of its counts and, squared, the share by which the model itself may be wrong, which is all that matters where counts are many.
/// </summary>
internal static class CurveFit
{
    /// <summary>The model knows no divergence of the beam and has roughness as a factor: three percent of the intensity.</summary>
    private const double ModelError = 0.03;

    private const int MostSteps = 200;

    /// <summary>Thickness and both roughnesses in Å, logarithms of beam and background.</summary>
    private const int Parameters = 5;

    public static FilmFit Fit(FilmModel model, Scan scan, IReadOnlyList<Point> curve, double thickness)
    {
        // Below the critical angle the curve says more about the sample's shape than about the film.
        var points = curve.Where(point => point.TwoTheta / 2 * Math.PI / 180 > 1.1 * model.CriticalAngle).ToList();
        if (points.Count <= Parameters)
            throw UserError.Invalid($"there are only {points.Count} points above the critical angle");

        double[] at = [thickness, 5, 5, Math.Log(points.Max(point => point.Counts) / scan.Seconds), 0];
        at[3] -= Math.Log(
            Counts(model, scan with { Seconds = 1 }, [thickness, 5, 5, 0, -30], points.MaxBy(point => point.Counts).TwoTheta)
        );
        var damping = 1e-3;
        var residuals = Residuals(model, scan, points, at);
        var steps = 0;
        for (var settled = 0; settled < 3; steps++)
        {
            if (steps == MostSteps)
                throw UserError.Invalid($"the fit does not converge: χ² is {Squares(residuals):0.0} after {MostSteps} steps");
            var jacobian = Jacobian(model, scan, points, at, residuals);
            var next = Step(jacobian, residuals, at, damping);
            var nextResiduals = Residuals(model, scan, points, next);
            if (Squares(nextResiduals) < Squares(residuals))
            {
                settled = Squares(residuals) - Squares(nextResiduals) < 1e-6 * Squares(residuals) ? settled + 1 : 0;
                (at, residuals, damping) = (next, nextResiduals, Math.Max(damping / 5, 1e-12));
            }
            else if ((damping *= 4) > 1e12)
                break;
        }

        var chiSquared = Squares(residuals) / (points.Count - Parameters);
        var error = Math.Sqrt(Variance(Jacobian(model, scan, points, at, residuals), 0) * Math.Max(1, chiSquared));
        return new FilmFit(at[0], error, Math.Abs(at[1]), Math.Abs(at[2]), Math.Exp(at[3]), Math.Exp(at[4]), chiSquared, steps);
    }

    private static double Counts(FilmModel model, Scan scan, double[] at, double twoTheta) =>
        scan.Seconds * (Math.Exp(at[3]) * scan.Caught(twoTheta) * model.Reflectivity(twoTheta, at[0], at[1], at[2]) + Math.Exp(at[4]));

    private static double[] Residuals(FilmModel model, Scan scan, List<Point> points, double[] at) =>
        points
            .Select(point =>
                (Counts(model, scan, at, point.TwoTheta) - point.Counts)
                / Math.Sqrt(Math.Max(1, point.Counts) + Math.Pow(ModelError * point.Counts, 2))
            )
            .ToArray();

    private static double[,] Jacobian(FilmModel model, Scan scan, List<Point> points, double[] at, double[] residuals)
    {
        var jacobian = new double[points.Count, Parameters];
        for (var column = 0; column < Parameters; column++)
        {
            double[] moved = [.. at];
            const double step = 1e-5;
            moved[column] += step;
            var there = Residuals(model, scan, points, moved);
            for (var row = 0; row < points.Count; row++)
                jacobian[row, column] = (there[row] - residuals[row]) / step;
        }
        return jacobian;
    }

    /// <summary>One step: the linear problem with rows added that hold each parameter back.</summary>
    private static double[] Step(double[,] jacobian, double[] residuals, double[] at, double damping)
    {
        int rows = residuals.Length;
        var matrix = new double[rows + Parameters, Parameters];
        var right = new double[rows + Parameters];
        for (var row = 0; row < rows; row++)
        {
            right[row] = -residuals[row];
            for (var column = 0; column < Parameters; column++)
                matrix[row, column] = jacobian[row, column];
        }
        for (var column = 0; column < Parameters; column++)
        {
            double norm = 0;
            for (var row = 0; row < rows; row++)
                norm += jacobian[row, column] * jacobian[row, column];
            matrix[rows + column, column] = Math.Sqrt(damping * norm) + 1e-9;
        }
        var step = LeastSquares.Solve(matrix, right) ?? throw UserError.Invalid("the curve does not determine the film");
        return at.Zip(step, (value, change) => value + change).ToArray();
    }

    /// <summary>Diagonal element of the inverse of JᵀJ: the squared length of the row of J's pseudo-inverse.</summary>
    private static double Variance(double[,] jacobian, int parameter)
    {
        double sum = 0;
        for (var row = 0; row < jacobian.GetLength(0); row++)
        {
            var unit = new double[jacobian.GetLength(0)];
            unit[row] = 1;
            var solved = LeastSquares.Solve((double[,])jacobian.Clone(), unit)
                ?? throw UserError.Invalid("the curve does not determine the film");
            sum += solved[parameter] * solved[parameter];
        }
        return sum;
    }

    private static double Squares(double[] residuals) => residuals.Sum(residual => residual * residual);
}
