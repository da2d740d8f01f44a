namespace Common;

/// <summary>The complementary error function to 1e-15 absolute.</summary>
internal static class ErrorFunction
{
    private static readonly double TwoOverRootPi = 2 / Math.Sqrt(Math.PI);

    public static double Erfc(double x) =>
        x < 0 ? 2 - Erfc(-x)
        : x < 2.5 ? 1 - Series(x)
        : x < 27 ? Fraction(x)
        : 0;

    /// <summary>erf x = 2/√π e^(-x²) Σ 2^n x^(2n+1) / (2n+1)!!, all terms positive (Abramowitz and Stegun 7.1.6).</summary>
    private static double Series(double x)
    {
        double term = x,
            sum = x;
        for (var n = 1; term > 1e-17 * sum; n++)
            sum += term *= 2 * x * x / (2 * n + 1);
        return TwoOverRootPi * Math.Exp(-x * x) * sum;
    }

    /// <summary>The continued fraction of erfc (Abramowitz and Stegun 7.1.14), from its tail; 60 terms are plenty from 2.5 on.</summary>
    private static double Fraction(double x)
    {
        var tail = x;
        for (var n = 60; n > 0; n--)
            tail = x + n / 2.0 / tail;
        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * tail);
    }
}
