namespace MdRestart;

/// <summary>Constants in the units of this program: eV, Å, fs, K.</summary>
internal static class Units
{
    /// <summary>Boltzmann's constant, eV/K, exact in the SI of 2019.</summary>
    public const double Boltzmann = 8.617333262e-5;

    // CODATA 2022: 931.49410372 MeV is the energy of an atomic mass unit, 2997.92458 Å/fs the speed of light.
    private const double UnitEnergy = 931.49410372e6,
        SpeedOfLight = 2997.92458;

    /// <summary>Atomic mass unit, eV fs²/Å².</summary>
    public const double AtomicMass = UnitEnergy / (SpeedOfLight * SpeedOfLight);

    /// <summary>Standard atomic weights, abridged to five digits (IUPAC 2021), atomic mass units.</summary>
    public static readonly IReadOnlyDictionary<string, double> Weights = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["Ni"] = 58.693,
        ["Cu"] = 63.546,
        ["Rh"] = 102.91,
        ["Pd"] = 106.42,
        ["Ag"] = 107.87,
        ["Ir"] = 192.22,
        ["Pt"] = 195.08,
        ["Au"] = 196.97,
        ["Al"] = 26.982,
    };
}
