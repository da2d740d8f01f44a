using System.Text.Json;
using Common;

namespace ThinFilmLab;

/// <summary>What is to be made and how it is measured.</summary>
/// <param name="Material">Of the film.</param>
/// <param name="Substrate">Below it.</param>
/// <param name="Seconds">Time of deposition.</param>
/// <param name="Rate">What the sputter source is believed to deposit, nm/s.</param>
/// <param name="Scan">The measurement.</param>
internal sealed record Recipe(string Material, string Substrate, double Seconds, double Rate, Scan Scan)
{
    /// <summary>Å.</summary>
    public double Thickness => 10 * Rate * Seconds;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("material", Material);
        json.WriteString("substrate", Substrate);
        json.WriteNumber("deposition_s", Seconds);
        json.WriteNumber("rate_nm_per_s", Rate);
        json.WriteNumber("two_theta_from_deg", Scan.From);
        json.WriteNumber("two_theta_to_deg", Scan.To);
        json.WriteNumber("two_theta_step_deg", Scan.Step);
        json.WriteNumber("counting_s", Scan.Seconds);
        json.WriteNumber("footprint_limit_deg", Scan.FootprintLimit);
    }

    public static Recipe Of(JsonElement root, string place) =>
        new(
            JsonFile.Text(root, "material", place),
            JsonFile.Text(root, "substrate", place),
            JsonFile.Positive(root, "deposition_s", place),
            JsonFile.Positive(root, "rate_nm_per_s", place),
            new Scan(
                JsonFile.Positive(root, "two_theta_from_deg", place),
                JsonFile.Positive(root, "two_theta_to_deg", place),
                JsonFile.Positive(root, "two_theta_step_deg", place),
                JsonFile.Positive(root, "counting_s", place),
                JsonFile.Positive(root, "footprint_limit_deg", place)
            )
        );
}

/// <summary>The model of a film that predictions and fits use: one layer with two rough interfaces.</summary>
internal sealed class FilmModel(Optics optics, string material, string substrate)
{
    private readonly Index _film = optics[material],
        _substrate = optics[substrate];

    public double Wavelength => optics.Wavelength;

    /// <summary>Angle θ below which the film reflects everything, rad.</summary>
    public double CriticalAngle => Math.Sqrt(2 * _film.Delta);

    /// <param name="twoTheta">Degrees.</param>
    /// <param name="thickness">Å.</param>
    /// <param name="surface">Roughness of the surface, Å.</param>
    /// <param name="interfacial">Roughness between film and substrate, Å.</param>
    public double Reflectivity(double twoTheta, double thickness, double surface, double interfacial) =>
        Parratt.Reflectivity(
            [new(_film, thickness, surface), new(_substrate, 0, interfacial)],
            optics.Wavelength,
            twoTheta / 2 * Math.PI / 180
        );
}
