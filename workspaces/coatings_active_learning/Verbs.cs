using Common;

namespace CoatingsActiveLearning;

/// <summary>What a task can do. Files are read from and written to the current directory; the answer is the exit code.</summary>
internal static class Verbs
{
    /// <summary>Which metal sits where is drawn with this seed and the composition's own numbers, so an alloy is the same alloy whoever
    /// computes it.</summary>
    private const ulong Seed = 20170501;

    /// <summary>One alloy.</summary>
    public static int Evaluate(Arguments arguments)
    {
        var metals = Metals(arguments);
        var result = Alloyed(metals, Composition.Parse(arguments.Text("--composition"), metals.Count));
        result.Write();
        Console.WriteLine(
            $"{result.Composition}: mixing {result.Properties.MixingEnergy:0.00} meV, distortion {result.Properties.Distortion:0.000} pm,"
                + $" a {result.Properties.LatticeConstant:0.0000} Å, B {result.Properties.BulkModulus:0.0} GPa"
        );
        return 0;
    }

    /// <summary>The front of all dependencies.</summary>
    public static int Front(Arguments arguments)
    {
        var metals = Metals(arguments);
        var report = Report(metals, Common.Results.OfDependencies().Select(AlloyResult.Read).ToList());
        report.DrawFront();
        if (arguments.Numbers("--areas") is { Count: > 0 } areas)
            FrontReport.DrawRounds(areas, arguments.Numbers("--promises"));
        return 0;
    }

    /// <summary>The front of all compositions there are, and what a few of them would dominate that were drawn by chance: what the search
    /// is compared with.</summary>
    public static int Grid(Arguments arguments)
    {
        var metals = Metals(arguments);
        var report = Report(
            metals,
            Composition.AllOfThree().AsParallel().AsOrdered().Select(composition => Alloyed(metals, composition)).ToList()
        );
        foreach (var step in new[] { 4, 2 })
        {
            var coarse = report.Coarse(step);
            Console.WriteLine(
                $"every {step}th share: {coarse.Alloys} alloys dominate {coarse.Hypervolume:0.00} meV pm, "
                    + $"{coarse.Hypervolume / report.Hypervolume:0.0 %} of this"
            );
        }
        if (arguments.Text("--against", "") is { Length: > 0 } path)
        {
            var (evaluations, hypervolume) = JsonFile.Read(path, root =>
                ((int)JsonFile.Positive(root, "evaluations", path), JsonFile.Positive(root, "hypervolume_mev_pm", path))
            );
            var (mean, share) = report.ByChance(evaluations, hypervolume);
            Console.WriteLine(
                $"{path}: {evaluations} alloys dominate {hypervolume:0.00} meV pm, {hypervolume / report.Hypervolume:0.0 %} of this;"
                    + $" drawn by chance, {mean:0.00} meV pm, {mean / report.Hypervolume:0.0 %}, and as much in {share:0.0 %} of all draws"
            );
        }
        return 0;
    }

    private static AlloyResult Alloyed(IReadOnlyList<CleriRosato> metals, Composition composition)
    {
        var seed = Seed;
        foreach (var share in composition.Sixteenths)
            seed = seed * 31 + (ulong)share;
        return new AlloyResult(composition, Alloy.Relax(metals, composition, seed));
    }

    private static FrontReport Report(IReadOnlyList<CleriRosato> metals, IReadOnlyList<AlloyResult> alloys)
    {
        var report = new FrontReport(metals.Select(metal => metal.Element).ToList(), alloys);
        report.Write();
        report.Print(Console.Out);
        return report;
    }

    private static List<CleriRosato> Metals(Arguments arguments)
    {
        var published = ParameterFile.OfProgram();
        var metals = arguments.Text("--metals").Split(',').Select(element => published[element]).ToList();
        return metals.Count == 3 && metals.Distinct().Count() == 3 ? metals : throw UserError.Usage("--metals takes three different ones");
    }
}
