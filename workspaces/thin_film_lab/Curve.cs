using System.Globalization;
using Common;

namespace ThinFilmLab;

/// <summary>How a curve is measured.</summary>
/// <param name="From">First angle 2θ, degrees.</param>
/// <param name="To">Last one.</param>
/// <param name="Step">Between two points.</param>
/// <param name="Seconds">Counting time of a point.</param>
/// <param name="FootprintLimit">Angle θ from which on the sample catches the whole beam, degrees.</param>
internal sealed record Scan(double From, double To, double Step, double Seconds, double FootprintLimit)
{
    public IEnumerable<double> Angles()
    {
        var points = (int)Math.Round((To - From) / Step) + 1;
        for (var i = 0; i < points; i++)
            yield return From + i * Step;
    }

    /// <summary>Share of the beam that meets the sample.</summary>
    public double Caught(double twoTheta) => Math.Min(1, Math.Sin(twoTheta / 2 * Math.PI / 180) / Math.Sin(FootprintLimit * Math.PI / 180));
}

/// <summary>A point of a measured curve: angle 2θ in degrees, counts.</summary>
internal readonly record struct Point(double TwoTheta, double Counts);

/// <summary>Reflectivity curves as text: two columns, comma between.</summary>
internal static class CurveFile
{
    private const string Header = "two_theta_deg,counts";

    public static void Write(string path, IEnumerable<Point> points)
    {
        try
        {
            File.WriteAllText(
                path,
                Header + "\n" + string.Concat(points.Select(point => $"{point.TwoTheta:0.####},{point.Counts:0.######e+0}\n"))
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.CannotWrite($"{path} cannot be written: {error.Message}");
        }
    }

    public static IReadOnlyList<Point> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.NoInput($"{path} cannot be read: {error.Message}");
        }

        if (lines is not [Header, .. var rows])
            throw UserError.Invalid($"{path} must begin with '{Header}'");
        return rows.Select(
                (row, index) =>
                    row.Split(',') is [var angle, var counts] && Number(angle) is { } x && Number(counts) is { } y
                        ? new Point(x, y)
                        : throw UserError.Invalid($"{path}, line {index + 2}: '{row}' is not an angle and a number of counts")
            )
            .ToList();
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
