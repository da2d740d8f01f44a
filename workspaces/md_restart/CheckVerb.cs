using Common;

namespace MdRestart;

/// <summary><c>check</c>: whether interruptions changed a bit, whether energy is conserved, and the heat capacity.</summary>
internal static class CheckVerb
{
    /// <summary>Largest slope of the total energy, eV per atom and step.</summary>
    public const double DriftLimit = 5e-11;

    /// <summary>Largest deviation of the heat capacity from 3 k_B per atom, percent.</summary>
    public const double HeatCapacityLimit = 2;

    /// <summary>1 if something is not as it should be; the files are written all the same.</summary>
    public static int Run(Arguments arguments)
    {
        var whole = FinishedRun.Read(arguments.Text("--whole"));
        var interrupted = arguments.Text("--interrupted").Split(',').Select(FinishedRun.Read).ToList();
        var cooler = FinishedRun.Read(arguments.Text("--cooler"));
        if (cooler.Result.Start.Element != whole.Result.Start.Element || cooler.Result.Start.Cells != whole.Result.Start.Cells)
            throw UserError.Invalid($"{cooler.Task} is another crystal than {whole.Task}");

        var complaints = interrupted.Select(whole.DifferenceTo).OfType<string>().ToList();
        var identical = complaints.Count == 0;
        var drift = whole.Drift;
        // Written so that a number that is none does not pass.
        if (!(Math.Abs(drift) <= DriftLimit))
            complaints.Add($"the total energy drifts by {drift:0.0e+0} eV per atom and step, above the limit of {DriftLimit:0e+0}");

        // Energy and temperature of N atoms whose 3 (N - 1) vibrations share the energy equally: per vibration, times 3.
        double atoms = whole.Result.Start.Atoms,
            slope = (whole.Energy - cooler.Energy) / (whole.Temperature - cooler.Temperature),
            heatCapacity = slope * atoms / (atoms - 1) / Units.Boltzmann,
            deviation = 100 * (heatCapacity - 3) / 3;
        if (!(Math.Abs(deviation) <= HeatCapacityLimit))
            complaints.Add($"the heat capacity of {heatCapacity:0.000} k_B per atom is more than {HeatCapacityLimit} % off 3 k_B");

        JsonFile.Write(Results.FileName, json =>
        {
            json.WriteBoolean("ok", complaints.Count == 0);
            json.WriteBoolean("identical", identical);
            json.WriteNumber("steps_compared", interrupted.Sum(run => run.Result.Steps));
            json.WriteNumber("drift_ev_per_atom_and_step", drift);
            json.WriteNumber("drift_limit", DriftLimit);
            json.WriteNumber("heat_capacity_kb_per_atom", heatCapacity);
            json.WriteNumber("heat_capacity_deviation_percent", deviation);
            json.WriteNumber("heat_capacity_limit_percent", HeatCapacityLimit);
            json.WriteNumber("temperature_k", whole.Temperature);
            json.WriteNumber("cooler_temperature_k", cooler.Temperature);
        });
        Figures.Write(whole, cooler);

        foreach (var run in interrupted)
            Console.WriteLine($"{run.Task}: {run.Result.Steps} steps, state {run.Result.State:x16}");
        Console.WriteLine($"drift of the total energy {drift:0.0e+0} eV per atom and step");
        Console.WriteLine(
            $"heat capacity {heatCapacity:0.000} k_B per atom ({deviation:+0.00;-0.00} %) from"
                + $" {cooler.Temperature:0.0} K and {whole.Temperature:0.0} K"
        );
        foreach (var complaint in complaints)
            Console.Error.WriteLine($"md_restart: {complaint}");
        return complaints.Count == 0 ? 0 : 1;
    }
}
