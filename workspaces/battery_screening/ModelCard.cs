using System.Text.Json;
using Common;

namespace BatteryScreening;

/// <summary>A candidate that could not be computed, and why.</summary>
internal sealed record Refused(Candidate Candidate, int ExitCode, string Why);

/// <summary>What was screened, what came out, what was refused, and how far it can be trusted.</summary>
internal sealed class ModelCard
{
    private readonly IReadOnlyList<HostResult> _ranked;
    private readonly IReadOnlyList<ReferenceResult> _references;
    private readonly IReadOnlyList<Refused> _refused;
    private readonly HopModel? _model;
    private readonly int _candidates;

    private ModelCard(
        int candidates,
        IReadOnlyList<HostResult> ranked,
        IReadOnlyList<Refused> refused,
        IReadOnlyList<ReferenceResult> references,
        IReadOnlyList<string> complaints
    ) =>
        (_candidates, _ranked, _refused, _references, _model, Complaints) = (
            candidates,
            ranked,
            refused,
            references,
            HopModel.Fit(ranked),
            complaints
        );

    /// <summary>Why the card is not to be trusted; empty if it is.</summary>
    public IReadOnlyList<string> Complaints { get; }

    /// <param name="candidates">All that were to be computed.</param>
    /// <param name="hosts">The results there are.</param>
    /// <param name="references">The structures whose constants are in print.</param>
    /// <param name="ions">Says again why a candidate without a result has none.</param>
    public static ModelCard Of(
        IReadOnlyList<Candidate> candidates,
        IReadOnlyList<HostResult> hosts,
        IReadOnlyList<ReferenceResult> references,
        IonTable ions
    )
    {
        var found = hosts.ToDictionary(host => host.Candidate);
        var refused = new List<Refused>();
        var complaints = new List<string>();
        foreach (var candidate in candidates)
            if (LayeredHost.Refusal(candidate, ions) is { } refusal)
                refused.Add(new Refused(candidate, refusal.ExitCode, refusal.Message));
            else if (!found.ContainsKey(candidate))
                complaints.Add($"{candidate} has no result, and its charges and radii are not the reason");
        complaints.AddRange(
            references
                .Where(reference => !reference.IsRight)
                .Select(reference => $"{reference.Structure} has the constant {reference.Madelung}, not {reference.Published}")
        );
        complaints.AddRange(
            ReferenceCrystals
                .All.Keys.Except(references.Select(reference => reference.Structure))
                .Select(structure => $"{structure} has no result")
        );

        var ranked = hosts.OrderBy(host => host.Hop).ThenBy(host => host.Candidate.ToString(), StringComparer.Ordinal).ToList();
        return new ModelCard(candidates.Count, ranked, refused, references, complaints);
    }

    /// <summary>Writes <c>model_card.json</c> and the summary <c>results.json</c>.</summary>
    public void Write()
    {
        JsonFile.Write("model_card.json", json =>
        {
            WriteSummary(json);
            json.WriteString(
                "method",
                "Point charges of integer size in layered hosts built from ionic radii; Ewald sums with two splittings, "
                    + "checked against a windowed real-space sum; no repulsion, no polarisation, no relaxation."
            );
            Array(json, "references", _references, reference =>
            {
                json.WriteString("structure", reference.Structure);
                json.WriteNumber("madelung", reference.Madelung);
                json.WriteNumber("madelung_published", reference.Published);
            });
            Array(json, "hosts", _ranked, host =>
            {
                json.WriteString("candidate", host.Candidate.ToString());
                json.WriteNumber("hop_ev", host.Hop);
                json.WriteNumber("removal_ev", host.Removal);
                json.WriteNumber("energy_ev_per_formula", host.Energy);
                json.WriteNumber("a_angstrom", host.A);
                json.WriteNumber("c_angstrom", host.C);
            });
            Array(json, "refused", _refused, refused =>
            {
                json.WriteString("candidate", refused.Candidate.ToString());
                json.WriteNumber("exit_code", refused.ExitCode);
                json.WriteString("why", refused.Why);
            });
            if (_model is not null)
                Array(json, "hop_model", HopModel.Terms.Zip(_model.Coefficients), term =>
                {
                    json.WriteString("term", term.First);
                    json.WriteNumber("coefficient_ev", term.Second);
                });
        });
        JsonFile.Write(Common.Results.FileName, WriteSummary);
        FigureFile.Write(
            "screening.json",
            "Hosts by what it takes to move a carrier",
            ("removal", "eV"),
            ("hop", "eV"),
            _ranked
                .GroupBy(host => host.Candidate.Carrier)
                .Select(of => new FigureSeries(
                    of.Key,
                    "markers",
                    [.. of.Select(host => (host.Removal, host.Hop, (string?)host.Candidate.Formula))]
                ))
        );
    }

    /// <summary>The card for people.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(
            $"{_candidates} candidates, {_ranked.Count} computed, {_refused.Count} refused:"
                + $" {CountRefused(ExitCodes.Unbalanced)} whose charges do not balance, "
                + $"{CountRefused(ExitCodes.Overlapping)} whose ions overlap"
        );
        foreach (var reference in _references)
            output.WriteLine($"  {reference.Structure, -17} M {reference.Madelung:0.000000}  in print {reference.Published:0.000000}");
        output.WriteLine($"largest difference between three ways to the same potential: {LargestDifference:0.0e+0} V");
        output.WriteLine("              hop/eV  removal/eV     E/eV    a/Å    c/Å");
        for (var i = 0; i < _ranked.Count; i++)
            output.WriteLine(
                $"{i + 1, 3} {_ranked[i].Candidate.Formula, -8} {_ranked[i].Hop, 7:0.000}"
                    + $" {_ranked[i].Removal, 11:0.000} {_ranked[i].Energy, 8:0.00} {_ranked[i].A, 6:0.000} {_ranked[i].C, 6:0.00}"
            );
        if (_model is not null)
            output.WriteLine(
                $"linear model of the hop: rms {_model.Rms:0.000} eV, left out {_model.LeaveOneOutRms:0.000} eV, "
                    + $"spread {_model.Spread:0.000} eV"
            );
        foreach (var refused in _refused)
            output.WriteLine($"refused ({refused.ExitCode}) {refused.Why}");
    }

    private double LargestDifference =>
        _ranked.Select(host => host.Difference).Concat(_references.Select(reference => reference.Difference)).DefaultIfEmpty().Max();

    private int CountRefused(int code) => _refused.Count(refused => refused.ExitCode == code);

    private void WriteSummary(Utf8JsonWriter json)
    {
        json.WriteBoolean("ok", Complaints.Count == 0);
        json.WriteNumber("candidates", _candidates);
        json.WriteNumber("computed", _ranked.Count);
        json.WriteNumber("refused_unbalanced", CountRefused(ExitCodes.Unbalanced));
        json.WriteNumber("refused_overlapping", CountRefused(ExitCodes.Overlapping));
        json.WriteNumber("largest_difference_v", LargestDifference);
        if (_ranked.Count > 0)
            json.WriteString("lowest_hop", _ranked[0].Candidate.ToString());
        if (_model is not null)
        {
            json.WriteNumber("hop_model_rms_ev", _model.Rms);
            json.WriteNumber("hop_model_leave_one_out_rms_ev", _model.LeaveOneOutRms);
            json.WriteNumber("hop_spread_ev", _model.Spread);
        }
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> entries, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            members(entry);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
