using Common;

namespace CatalystHumanInLoop;

/// <summary>What a task can do. Files are read from and written to the current directory; the answer is the exit code.</summary>
internal static class Verbs
{
    /// <summary>A clean surface, as cut or relaxed.</summary>
    public static int Surface(Arguments arguments, bool relaxed)
    {
        var (candidate, metal) = Candidate(arguments);
        var result = new SurfaceResult(candidate, relaxed, Surfaces.Clean(metal, candidate.Face, relaxed));
        result.Write();
        Console.WriteLine(
            $"{candidate}: {result.Surface.Energy:0.000} J/m², band narrower by {result.Surface.Narrowing:0.0000}, "
                + $"first spacing {result.Surface.FirstSpacing:+0.00;-0.00;0.00} %"
        );
        return 0;
    }

    /// <summary>A vacancy or an adatom of a surface.</summary>
    public static int Defect(Arguments arguments)
    {
        var (candidate, metal) = Candidate(arguments);
        var kind = arguments.Text("--kind");
        var defect = kind switch
        {
            "vacancy" => CatalystHumanInLoop.Defect.Vacancy,
            "adatom" => CatalystHumanInLoop.Defect.Adatom,
            _ => throw UserError.Usage($"--kind is vacancy or adatom, not '{kind}'"),
        };
        var result = new DefectResult(candidate, kind, Surfaces.DefectEnergy(metal, candidate.Face, defect));
        result.Write();
        Console.WriteLine($"{candidate}: {kind} {result.Energy:0.000} eV");
        return 0;
    }

    /// <summary>Which surfaces are worth relaxing, for a person to decide.</summary>
    public static int Propose()
    {
        var proposal = new Proposal(
            Common.Results.OfDependencies().Select(path => JsonFile.Read(path, root => SurfaceResult.Of(root, path)))
        );
        proposal.Write();
        proposal.Print(Console.Out);
        try
        {
            using var page = new StreamWriter("proposal.md") { NewLine = "\n" };
            proposal.Print(page);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.CannotWrite($"proposal.md cannot be written: {error.Message}");
        }
        return 0;
    }

    /// <summary>The approved surfaces in order.</summary>
    public static int Rank()
    {
        var surfaces = new List<SurfaceResult>();
        var defects = new List<DefectResult>();
        foreach (var path in Common.Results.OfDependencies())
            JsonFile.Read(path, root =>
            {
                if (root.TryGetProperty("defect", out _))
                    defects.Add(DefectResult.Of(root, path));
                else
                    surfaces.Add(SurfaceResult.Of(root, path));
                return path;
            });

        var ranking = Ranking.Of(surfaces, defects);
        ranking.Write();
        ranking.Print(Console.Out);
        return 0;
    }

    private static (Candidate Candidate, CleriRosato Metal) Candidate(Arguments arguments)
    {
        var candidate = CatalystHumanInLoop.Candidate.Parse(arguments.Text("--candidate"));
        return (candidate, ParameterFile.OfProgram()[candidate.Metal]);
    }
}
