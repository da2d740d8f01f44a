using System.Text.Json;
using Common;

namespace CatalystHumanInLoop;

/// <summary>What a <c>survey</c> or a <c>surface</c> task found.</summary>
internal sealed record SurfaceResult(Candidate Candidate, bool Relaxed, CleanSurface Surface)
{
    public void Write() => JsonFile.Write(Common.Results.FileName, json =>
        {
            json.WriteString("candidate", Candidate.ToString());
            json.WriteBoolean("relaxed", Relaxed);
            json.WriteNumber("surface_energy_j_per_m2", Surface.Energy);
            json.WriteNumber("band_narrowing", Surface.Narrowing);
            json.WriteNumber("first_spacing_percent", Surface.FirstSpacing);
        });

    public static SurfaceResult Of(JsonElement root, string path) =>
        new(
            Candidate.Parse(JsonFile.Text(root, "candidate", path)),
            root.TryGetProperty("relaxed", out var relaxed) && relaxed.ValueKind == JsonValueKind.True,
            new CleanSurface(
                JsonFile.Number(root, "surface_energy_j_per_m2", path),
                JsonFile.Number(root, "band_narrowing", path),
                JsonFile.Number(root, "first_spacing_percent", path)
            )
        );
}

/// <summary>What a <c>defect</c> task found.</summary>
/// <param name="Candidate">The surface.</param>
/// <param name="Kind"><c>vacancy</c> or <c>adatom</c>.</param>
/// <param name="Energy">Energy to make it, eV.</param>
internal sealed record DefectResult(Candidate Candidate, string Kind, double Energy)
{
    public void Write() => JsonFile.Write(Common.Results.FileName, json =>
        {
            json.WriteString("candidate", Candidate.ToString());
            json.WriteString("defect", Kind);
            json.WriteNumber("formation_energy_ev", Energy);
        });

    public static DefectResult Of(JsonElement root, string path) =>
        new(
            Candidate.Parse(JsonFile.Text(root, "candidate", path)),
            JsonFile.Text(root, "defect", path),
            JsonFile.Number(root, "formation_energy_ev", path)
        );
}
