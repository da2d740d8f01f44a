namespace Common;

/// <summary>Linear least squares by Householder reflections, which do not square the condition of the problem.</summary>
internal static class LeastSquares
{
    /// <summary>Coefficients, lowest power first, of the polynomial in t that is nearest to y.</summary>
    /// <returns>Null if the points do not determine the polynomial.</returns>
    public static double[]? Polynomial(ReadOnlySpan<double> t, ReadOnlySpan<double> y, int degree)
    {
        int rows = t.Length,
            columns = degree + 1;
        var matrix = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            matrix[row, 0] = 1;
            for (var column = 1; column < columns; column++)
                matrix[row, column] = matrix[row, column - 1] * t[row];
        }
        return Solve(matrix, y.ToArray());
    }

    /// <summary>Solves matrix · result ≈ right; both arguments are overwritten.</summary>
    /// <returns>Null if the columns depend on each other.</returns>
    public static double[]? Solve(double[,] matrix, double[] right)
    {
        int rows = matrix.GetLength(0),
            columns = matrix.GetLength(1);
        var diagonal = new double[columns];
        for (var k = 0; k < columns; k++)
        {
            double norm = 0;
            for (var row = k; row < rows; row++)
                norm += matrix[row, k] * matrix[row, k];
            diagonal[k] = matrix[k, k] > 0 ? -Math.Sqrt(norm) : Math.Sqrt(norm);
            if (!(Math.Abs(diagonal[k]) > 1e-10 * Math.Abs(diagonal[0])))
                return null;

            // The reflection I - v vᵀ / scale takes column k to the diagonal; v stays in the matrix below it.
            matrix[k, k] -= diagonal[k];
            var scale = -diagonal[k] * matrix[k, k];
            for (var column = k + 1; column < columns; column++)
            {
                double dot = 0;
                for (var row = k; row < rows; row++)
                    dot += matrix[row, k] * matrix[row, column];
                for (var row = k; row < rows; row++)
                    matrix[row, column] -= dot / scale * matrix[row, k];
            }

            double shadow = 0;
            for (var row = k; row < rows; row++)
                shadow += matrix[row, k] * right[row];
            for (var row = k; row < rows; row++)
                right[row] -= shadow / scale * matrix[row, k];
        }

        var result = new double[columns];
        for (var k = columns - 1; k >= 0; k--)
        {
            var rest = right[k];
            for (var column = k + 1; column < columns; column++)
                rest -= matrix[k, column] * result[column];
            result[k] = rest / diagonal[k];
        }
        return result;
    }
}
