using Common;

namespace ThinFilmLab;

/// <summary>Refraction of X-rays, n = 1 - δ + iβ.</summary>
internal readonly record struct Index(double Delta, double Beta);

/// <summary>Refractive indices from densities and atomic scattering factors, as in <c>optical-constants.json</c>.</summary>
internal sealed class Optics
{
    public const string DefaultPath = "optical-constants.json";

    /// <summary>Classical radius of the electron, Å (CODATA 2018).</summary>
    private const double ElectronRadius = 2.8179403262e-5;

    /// <summary>Avogadro's number times 1 cm³ in Å³: atoms per Å³ for 1 mol/cm³, exact in the SI of 2019.</summary>
    private const double AtomsPerCubicAngstrom = 0.602214076;

    private readonly Dictionary<string, Index> _indices = new(StringComparer.Ordinal);

    private Optics(double wavelength) => Wavelength = wavelength;

    /// <summary>Å.</summary>
    public double Wavelength { get; }

    public Index this[string material] =>
        _indices.TryGetValue(material, out var index)
            ? index
            : throw UserError.Invalid($"there are no optical constants of '{material}', only of {string.Join(", ", _indices.Keys)}");

    public static Optics Read(string path) => JsonFile.Read(path, root =>
        {
            var optics = new Optics(JsonFile.Positive(root, "wavelength_angstrom", path));
            if (!root.TryGetProperty("elements", out var elements) || elements.ValueKind != System.Text.Json.JsonValueKind.Object)
                throw UserError.Invalid($"{path}: 'elements' must be an object with one entry per element");
            foreach (var element in elements.EnumerateObject())
            {
                var place = $"{path}: {element.Name}";
                var atoms =
                    JsonFile.Positive(element.Value, "density_g_per_cm3", place)
                    / JsonFile.Positive(element.Value, "molar_mass_g", place)
                    * AtomsPerCubicAngstrom;
                var scattering = ElectronRadius * optics.Wavelength * optics.Wavelength / (2 * Math.PI) * atoms;
                optics._indices[element.Name] = new Index(
                    scattering * (JsonFile.Positive(element.Value, "z", place) + JsonFile.Number(element.Value, "f1", place)),
                    scattering * JsonFile.Positive(element.Value, "f2", place)
                );
            }
            return optics;
        });
}
