using System.Text.Json;
using Common;

namespace CatalystHumanInLoop;

/// <summary>A surface with all that was computed of it.</summary>
internal sealed record RankedSurface(SurfaceResult Surface, double Vacancy, double Adatom)
{
    /// <summary>Energy to take an atom out of the terrace and put it on top, eV: what it costs the surface to begin to
    /// restructure.</summary>
    public double Pair => Vacancy + Adatom;
}

/// <summary>The approved surfaces, the hardest to restructure first.</summary>
internal sealed class Ranking
{
    private readonly List<RankedSurface> _surfaces;

    private Ranking(List<RankedSurface> surfaces) => _surfaces = surfaces;

    /// <exception cref="UserError">A surface lacks one of its three results, or has one twice.</exception>
    public static Ranking Of(IReadOnlyList<SurfaceResult> surfaces, IReadOnlyList<DefectResult> defects)
    {
        double Only(Candidate candidate, string kind) =>
            defects.Where(defect => defect.Candidate == candidate && defect.Kind == kind).ToList() is [var one]
                ? one.Energy
                : throw UserError.Invalid($"there must be one {kind} of {candidate}");

        return new Ranking(
            surfaces
                .Select(surface => new RankedSurface(surface, Only(surface.Candidate, "vacancy"), Only(surface.Candidate, "adatom")))
                .OrderByDescending(surface => surface.Pair)
                .ThenBy(surface => surface.Surface.Candidate.ToString(), StringComparer.Ordinal)
                .ToList()
        );
    }

    public void Write()
    {
        JsonFile.Write("ranking.json", json => WriteList(json, "ranking", surface =>
            {
                json.WriteStartObject();
                json.WriteString("candidate", surface.Surface.Candidate.ToString());
                json.WriteNumber("pair_formation_ev", surface.Pair);
                json.WriteNumber("vacancy_formation_ev", surface.Vacancy);
                json.WriteNumber("adatom_formation_ev", surface.Adatom);
                json.WriteNumber("surface_energy_j_per_m2", surface.Surface.Surface.Energy);
                json.WriteNumber("first_spacing_percent", surface.Surface.Surface.FirstSpacing);
                json.WriteNumber("band_narrowing", surface.Surface.Surface.Narrowing);
                json.WriteEndObject();
            }));
        JsonFile.Write(Common.Results.FileName, json =>
            WriteList(json, "order", surface => json.WriteStringValue(surface.Surface.Candidate.ToString()))
        );
    }

    public void Print(TextWriter output)
    {
        output.WriteLine("            pair/eV  vacancy/eV  adatom/eV  surface/(J/m²)  first spacing/%  narrowing");
        for (var i = 0; i < _surfaces.Count; i++)
            output.WriteLine(
                $"{i + 1, 2}  {_surfaces[i].Surface.Candidate, -7} {_surfaces[i].Pair, 7:0.000} {_surfaces[i].Vacancy, 11:0.000} "
                    + $"{_surfaces[i].Adatom, 10:0.000}"
                    + $" {_surfaces[i].Surface.Surface.Energy, 15:0.000} {_surfaces[i].Surface.Surface.FirstSpacing, 16:+0.00;-0.00} "
                    + $"{_surfaces[i].Surface.Surface.Narrowing, 10:0.0000}"
            );
    }

    private void WriteList(Utf8JsonWriter json, string name, Action<RankedSurface> entry)
    {
        json.WriteStartArray(name);
        _surfaces.ForEach(entry);
        json.WriteEndArray();
    }
}
