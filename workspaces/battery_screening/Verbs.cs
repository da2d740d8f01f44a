using Common;

namespace BatteryScreening;

/// <summary>What a task can do. Files are read from and written to the current directory; the answer is the exit code.</summary>
internal static class Verbs
{
    /// <summary>The Madelung constant of a structure whose constant is in print; 1 if they differ.</summary>
    public static int Reference(Arguments arguments)
    {
        var structure = arguments.Text("--structure");
        if (!ReferenceCrystals.All.TryGetValue(structure, out var build))
            throw UserError.Usage($"there is no structure '{structure}', there are {string.Join(", ", ReferenceCrystals.All.Keys)}");

        var reference = build();
        var electrostatics = new Electrostatics(reference.Crystal);
        var madelung = -electrostatics.Energy() / reference.Units / Crystal.Coulomb;
        var result = new ReferenceResult(structure, madelung, reference.Published, electrostatics.LargestDifference);
        result.Write();
        Console.WriteLine($"{structure}: M {madelung:0.00000000}, in print {reference.Published:0.000000}");
        if (!result.IsRight)
            Console.Error.WriteLine(
                $"battery_screening: {structure}: {madelung:0.00000000} is not the published {reference.Published:0.000000}"
            );
        return result.IsRight ? 0 : 1;
    }

    /// <summary>Electrostatics of one host; refused if there is no such crystal.</summary>
    public static int Host(Arguments arguments)
    {
        var candidate = Candidate.Parse(arguments.Text("--candidate"));
        var host = LayeredHost.Of(candidate, IonTable.Read(arguments.Text("--ions", IonTable.DefaultPath)));
        var crystal = host.Crystal();
        var electrostatics = new Electrostatics(crystal);

        double charge = host.CarrierCharge,
            site = electrostatics.Potential(default),
            tetrahedral = electrostatics.Potential(host.TetrahedralSite);

        // A vacant site takes its charge away from the crystal: halfway the carrier misses itself and the neighbour that it moves to,
        // before it moves only the latter.
        var before = site - charge * Crystal.Coulomb / host.A;
        var halfway = tetrahedral - 2 * charge * Crystal.Coulomb / host.TetrahedralSite.Length;
        var result = new HostResult(
            candidate,
            host.CarrierCharge,
            host.MetalCharge,
            host.A,
            host.C,
            host.CarrierHalf,
            electrostatics.Energy(),
            -charge * site,
            charge * (halfway - before),
            electrostatics.LargestDifference
        );
        result.Write();
        Console.WriteLine(
            $"{candidate.Formula}: a {host.A:0.000} Å, c {host.C:0.00} Å, E {result.Energy:0.000} eV,"
                + $" removal {result.Removal:0.000} eV, hop {result.Hop:0.000} eV"
        );
        return 0;
    }

    /// <summary>All candidates in one card; 1 if a candidate is missing that should be there, or a reference is wrong.</summary>
    public static int Card(Arguments arguments)
    {
        var candidates = arguments.Text("--candidates").Split(',').Select(Candidate.Parse).ToList();
        var ions = IonTable.Read(arguments.Text("--ions", IonTable.DefaultPath));
        var references = new List<ReferenceResult>();
        var hosts = new List<HostResult>();
        foreach (var path in Common.Results.OfDependencies())
            if (JsonFile.Read(path, root => root.TryGetProperty("structure", out _)))
                references.Add(ReferenceResult.Read(path));
            else
                hosts.Add(HostResult.Read(path));

        var card = ModelCard.Of(candidates, hosts, references, ions);
        card.Write();
        card.Print(Console.Out);
        foreach (var complaint in card.Complaints)
            Console.Error.WriteLine($"battery_screening: {complaint}");
        return card.Complaints.Count == 0 ? 0 : 1;
    }
}
