using Common;

namespace MetalsEos;

/// <summary>What a task can do. Files are read from and written to the current directory; the answer is the exit code.</summary>
internal static class Verbs
{
    /// <summary>One point of E(V): the published volume changed by <c>--strain</c> percent.</summary>
    public static int Energy(Arguments arguments)
    {
        var element = arguments.Text("--element");
        var strain = arguments.Number("--strain", least: -50, most: 50);
        var metal = ParameterFile.Read(arguments.Text("--parameters", ParameterFile.DefaultPath))[element];

        var a = metal.A0 * Math.Cbrt(1 + strain / 100);
        var result = new EnergyResult(element, strain, a, FccLattice.VolumePerAtom(a), metal.EnergyPerAtom(a));
        result.Write();
        Console.WriteLine($"{element} {strain:+0.###;-0.###;0} %: {result.Volume:0.0000} Å³, {result.Energy:0.000000} eV per atom");
        return 0;
    }

    /// <summary>The equilibrium of one element, from the energies of all dependencies.</summary>
    public static int Fit(Arguments arguments)
    {
        var element = arguments.Text("--element");
        var paths = Results.OfDependencies();
        var volumes = new double[paths.Count];
        var energies = new double[paths.Count];
        for (var i = 0; i < paths.Count; i++)
        {
            var point = EnergyResult.Read(paths[i]);
            if (point.Element != element)
                throw UserError.Invalid($"{paths[i]} is of {point.Element}, not of {element}");
            (volumes[i], energies[i]) = (point.Volume, point.Energy);
        }

        var equation = BirchMurnaghan.Fit(volumes, energies);
        new FitResult(element, equation).Write();
        WriteCurve(equation, volumes, energies);
        Console.WriteLine(
            $"{element}: a0 {equation.LatticeConstant:0.0000} Å, E_coh {equation.CohesiveEnergy:0.0000} eV,"
                + $" B {equation.BulkModulus:0.0} GPa, B' {equation.BulkModulusPrime:0.00},"
                + $" rms {equation.RmsResidual:0.0e+0} eV over {equation.Points} points"
        );
        return 0;
    }

    /// <summary>The curve for the run's report, measured from its minimum, so that the curves of all elements lie over each
    /// other.</summary>
    private static void WriteCurve(EquationOfState equation, double[] volumes, double[] energies)
    {
        try
        {
            File.WriteAllLines(
                "eos.csv",
                volumes
                    .Zip(energies)
                    .OrderBy(point => point.First)
                    .Select(point => $"{point.First / equation.Volume:0.000000},{1000 * (point.Second - equation.Energy):0.00000}")
                    .Prepend("V / V0,E - E0 (meV/atom)")
                    .Prepend("# title: Equation of state")
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.CannotWrite($"eos.csv cannot be written: {error.Message}");
        }
    }

    /// <summary>All elements by stiffness; 1 if one is further from its published values than the limits allow.</summary>
    public static int Rank(Arguments arguments)
    {
        var published = ParameterFile.Read(arguments.Text("--parameters", ParameterFile.DefaultPath));
        var fits = new List<FitResult>();
        foreach (var path in Results.OfDependencies())
            fits.Add(FitResult.Read(path));

        var ranking = Ranking.Of(fits, published);
        ranking.Write();
        ranking.Print(Console.Out);
        foreach (var complaint in ranking.Complaints())
            Console.Error.WriteLine($"metals_eos: {complaint}");
        return ranking.IsWithinLimits ? 0 : 1;
    }
}
