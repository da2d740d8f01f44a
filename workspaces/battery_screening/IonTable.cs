using Common;

namespace BatteryScreening;

/// <summary>Charges and radii of ions in sixfold coordination, as in <c>shannon-1976.json</c>.</summary>
internal sealed class IonTable
{
    public const string DefaultPath = "shannon-1976.json";

    private readonly string _path;
    private readonly Dictionary<string, SortedDictionary<int, double>> _radii = new(StringComparer.Ordinal);

    private IonTable(string path) => _path = path;

    public static IonTable Read(string path) => JsonFile.Read(path, root =>
        {
            if (!root.TryGetProperty("radii_angstrom", out var radii) || radii.ValueKind != System.Text.Json.JsonValueKind.Object)
                throw UserError.Invalid($"{path}: 'radii_angstrom' must be an object with one entry per element");

            var table = new IonTable(path);
            foreach (var element in radii.EnumerateObject())
            {
                var place = $"{path}: {element.Name}";
                if (element.Value.ValueKind != System.Text.Json.JsonValueKind.Object || !table._radii.TryAdd(element.Name, []))
                    throw UserError.Invalid($"{place} must stand there once, as an object of charges and radii");
                foreach (var charge in element.Value.EnumerateObject())
                    table._radii[element.Name][Charge(charge.Name, place)] = JsonFile.Positive(element.Value, charge.Name, place);
            }
            return table;
        });

    /// <summary>The charges that the table has for an element, lowest first.</summary>
    public IReadOnlyCollection<int> Charges(string element) => Entry(element).Keys;

    /// <summary>Radius of an ion, Å.</summary>
    public double Radius(string element, int charge) => Entry(element)[charge];

    private SortedDictionary<int, double> Entry(string element) =>
        _radii.TryGetValue(element, out var entry)
            ? entry
            : throw UserError.Invalid($"{_path} has no element '{element}'; it has {string.Join(", ", _radii.Keys)}");

    private static int Charge(string text, string place) =>
        int.TryParse(text, out var charge) && charge != 0 ? charge : throw UserError.Invalid($"{place}: '{text}' is not a charge");
}
