namespace ThinFilmLab;

/// <summary>What the campaign wants and what it believes.</summary>
internal static class Laboratory
{
    /// <summary>Thickness that the film is to have, nm.</summary>
    public const double Target = 30;

    /// <summary>How far off it may be, percent.</summary>
    public const double Tolerance = 0.5;

    /// <summary>What the source is believed to deposit before anything is known, nm/s.</summary>
    public const double NominalRate = 0.1;

    /// <summary>Counts per second of the direct beam, as the instrument's papers have it.</summary>
    public const double NominalBeam = 2e7;

    /// <summary>Roughness of either interface that predictions assume, Å.</summary>
    public const double AssumedRoughness = 5;

    public static Scan Scan { get; } = new(From: 0.2, To: 5, Step: 0.02, Seconds: 5, FootprintLimit: 0.25);

    public static Recipe Recipe(double seconds, double rate) => new("Ni", "Si", seconds, rate, Scan);
}
