using Common;

namespace CatalystHumanInLoop;

/// <summary>All surfaces as cut from the crystal, and those that are worth relaxing.</summary>
internal sealed class Proposal
{
    private readonly List<SurfaceResult> _surfaces;

    public Proposal(IEnumerable<SurfaceResult> surfaces) =>
        _surfaces = surfaces
            .OrderByDescending(surface => surface.Surface.Narrowing)
            .ThenBy(surface => surface.Candidate.ToString(), StringComparer.Ordinal)
            .ToList();

    /// <summary>
    /// Those that no other one beats both in reactivity (a narrower band) and in stability (a lower surface energy), the narrowest band
    /// first. A metal without d electrons has no d band to speak of and is left out.
    /// </summary>
    public IReadOnlyList<SurfaceResult> Shortlist =>
        _surfaces
            .Where(one =>
                HasDBand(one)
                && !_surfaces.Exists(other =>
                    HasDBand(other) && other.Surface.Narrowing > one.Surface.Narrowing && other.Surface.Energy < one.Surface.Energy
                )
            )
            .ToList();

    public void Write() => JsonFile.Write(Common.Results.FileName, json =>
        {
            json.WriteStartArray("shortlist");
            foreach (var surface in Shortlist)
                json.WriteStringValue(surface.Candidate.ToString());
            json.WriteEndArray();
            json.WriteStartArray("surveyed");
            foreach (var surface in _surfaces)
            {
                json.WriteStartObject();
                json.WriteString("candidate", surface.Candidate.ToString());
                json.WriteNumber("band_narrowing", surface.Surface.Narrowing);
                json.WriteNumber("surface_energy_j_per_m2", surface.Surface.Energy);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });

    /// <summary>The same for the person who is asked: <c>proposal.md</c> and the standard output.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine("| surface | band narrowing | surface energy, unrelaxed / J/m² | proposed |");
        output.WriteLine("|---|---:|---:|---|");
        foreach (var surface in _surfaces)
            output.WriteLine(
                $"| {surface.Candidate} | {surface.Surface.Narrowing:0.0000} | {surface.Surface.Energy:0.000} | "
                    + $"{(Shortlist.Contains(surface) ? "yes" : "")} |"
            );
    }

    private static bool HasDBand(SurfaceResult surface) => surface.Candidate.Metal != "Al";
}
