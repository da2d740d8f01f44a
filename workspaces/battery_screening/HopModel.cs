using Common;

namespace BatteryScreening;

/// <summary>
/// The hop energy as a linear function of the halfway site's surroundings: the Coulomb energies with the metal above, with
/// a neighbouring carrier and with the four anions, and that of the carrier with its six anions at home. Fitted by least squares.
/// </summary>
internal sealed class HopModel
{
    public static IReadOnlyList<string> Terms { get; } =
    ["1", "halfway with the metal", "halfway with a carrier", "halfway with an anion", "at home with an anion"];

    private HopModel(double[] coefficients, double rms, double leftOut, double spread) =>
        (Coefficients, Rms, LeaveOneOutRms, Spread) = (coefficients, rms, leftOut, spread);

    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>Root mean square of the residuals, eV.</summary>
    public double Rms { get; }

    /// <summary>The same where each host is predicted by a model fitted to all others, eV.</summary>
    public double LeaveOneOutRms { get; }

    /// <summary>Standard deviation of the hop energies: what a model that knows nothing would miss by, eV.</summary>
    public double Spread { get; }

    /// <returns>Null if there are too few hosts, or too similar ones.</returns>
    public static HopModel? Fit(IReadOnlyList<HostResult> hosts)
    {
        if (hosts.Count <= Terms.Count + 1 || Solve(hosts) is not { } coefficients)
            return null;

        double squares = 0,
            leftOut = 0,
            mean = hosts.Average(host => host.Hop);
        for (var i = 0; i < hosts.Count; i++)
        {
            var others = hosts.Where((_, index) => index != i).ToList();
            if (Solve(others) is not { } without)
                return null;
            squares += Math.Pow(hosts[i].Hop - Value(coefficients, hosts[i]), 2);
            leftOut += Math.Pow(hosts[i].Hop - Value(without, hosts[i]), 2);
        }
        return new HopModel(
            coefficients,
            Math.Sqrt(squares / hosts.Count),
            Math.Sqrt(leftOut / hosts.Count),
            Math.Sqrt(hosts.Average(host => Math.Pow(host.Hop - mean, 2)))
        );
    }

    private static double[]? Solve(IReadOnlyList<HostResult> hosts)
    {
        var matrix = new double[hosts.Count, Terms.Count];
        for (var row = 0; row < hosts.Count; row++)
        for (var column = 0; column < Terms.Count; column++)
            matrix[row, column] = Features(hosts[row])[column];
        return LeastSquares.Solve(matrix, hosts.Select(host => host.Hop).ToArray());
    }

    private static double Value(double[] coefficients, HostResult host)
    {
        double sum = 0;
        for (var i = 0; i < coefficients.Length; i++)
            sum += coefficients[i] * Features(host)[i];
        return sum;
    }

    private static double[] Features(HostResult host)
    {
        double a = host.A,
            height = host.CarrierHalf,
            z = a * a / (12 * height),
            charge = host.CarrierCharge,
            anion = -(host.CarrierCharge + host.MetalCharge) / 2.0;
        return
        [
            1,
            charge * host.MetalCharge / (host.C / 6 - z),
            charge * charge / Math.Sqrt(a * a / 3 + z * z),
            charge * anion / (height + z),
            charge * anion / Math.Sqrt(a * a / 3 + height * height),
        ];
    }
}
