using Common;

namespace ThinFilmLab;

/// <summary>What a task, or a laboratory, can do. Files are read from and written to the current directory; the answer is the exit
/// code.</summary>
internal static class Verbs
{
    private const double MostSeconds = 1e5;

    /// <summary>The film that a deposition is believed to make, and its curve.</summary>
    public static int Predict(Arguments arguments)
    {
        var recipe = Laboratory.Recipe(arguments.Number("--seconds", 1, MostSeconds), arguments.Number("--rate", 1e-3, 10));
        var model = Model(arguments, recipe);
        CurveFile.Write(
            "prediction.csv",
            recipe
                .Scan.Angles()
                .Select(angle => new Point(
                    angle,
                    recipe.Scan.Seconds
                        * Laboratory.NominalBeam
                        * recipe.Scan.Caught(angle)
                        * model.Reflectivity(angle, recipe.Thickness, Laboratory.AssumedRoughness, Laboratory.AssumedRoughness)
                ))
        );

        // Far above the critical angle fringes are λ/2d apart in θ.
        var fringe = model.Wavelength / recipe.Thickness * 180 / Math.PI;
        JsonFile.Write(Results.FileName, json =>
        {
            json.WriteNumber("thickness_nm", recipe.Thickness / 10);
            json.WriteNumber("critical_two_theta_deg", 2 * model.CriticalAngle * 180 / Math.PI);
            json.WriteNumber("fringe_two_theta_deg", fringe);
        });
        Console.WriteLine(
            $"{recipe.Seconds:0.00} s at {recipe.Rate:0.00000} nm/s: {recipe.Thickness / 10:0.000} nm of {recipe.Material} on "
                + $"{recipe.Substrate},"
                + $" critical angle 2θ {2 * model.CriticalAngle * 180 / Math.PI:0.000}°, fringes {fringe:0.000}° apart"
        );
        return 0;
    }

    /// <summary>The film that was made, from its curve; 1 if fringes and fit do not agree.</summary>
    public static int Reconcile(Arguments arguments)
    {
        var sample = (int)arguments.Number("--sample", 1, 1e6);
        var recipe = Laboratory.Recipe(arguments.Number("--seconds", 1, MostSeconds), Laboratory.NominalRate);
        var model = Model(arguments, recipe);
        var prediction = Path.Combine("deps", $"predict_{sample}", Results.FileName);
        var predicted = JsonFile.Read(prediction, root => JsonFile.Positive(root, "thickness_nm", prediction));
        var curve = CurveFile.Read(Path.Combine("deps", $"measure_{sample}", "curve.csv"));

        var fringes = Fringes.Thickness(model, recipe.Scan, curve);
        var reconciliation = new Reconciliation(
            sample,
            recipe.Seconds,
            predicted,
            CurveFit.Fit(model, recipe.Scan, curve, fringes),
            fringes / 10
        );
        reconciliation.Write();
        reconciliation.Print(Console.Out);
        if (!reconciliation.IsSound)
            Console.Error.WriteLine(
                $"thin_film_lab: the fit ({reconciliation.Measured:0.00} nm) and the fringes ({reconciliation.Fringes:0.00} nm) "
                    + $"do not agree"
            );
        return reconciliation.IsSound ? 0 : 1;
    }

    /// <summary>The laboratory: answers requests below a folder.</summary>
    public static int Instrument(Arguments arguments)
    {
        var machine = Machine.Read(arguments.Text("--machine", Machine.DefaultPath));
        var instrument = new Instrument(Optics.Read(arguments.Text("--constants", Optics.DefaultPath)), machine);
        if (arguments.Text("--listen", "") is { Length: > 0 } address)
        {
            var spool = arguments.Text("--spool", "instrument");
            InstrumentApi.Serve(new InstrumentService(instrument, spool), address, spool);
            return 0;
        }
        var folder = arguments.Text("--watch");
        var most = arguments.Text("--requests", "") is "" ? int.MaxValue : (int)arguments.Number("--requests", 1, 1e6);
        Console.WriteLine($"waiting for requests below {folder}");
        new InstrumentService(instrument, folder).ServeAsync(most).GetAwaiter().GetResult();
        return 0;
    }

    private static FilmModel Model(Arguments arguments, Recipe recipe) =>
        new(Optics.Read(arguments.Text("--constants", Optics.DefaultPath)), recipe.Material, recipe.Substrate);
}
