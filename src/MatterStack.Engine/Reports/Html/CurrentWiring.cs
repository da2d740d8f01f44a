using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Comparison of a run's wiring with the wiring that a new run would get.</summary>
/// <param name="Name">File or display name of the new wiring.</param>
/// <param name="IsSame">Whether both are equal byte by byte.</param>
/// <param name="Differences">Differences in meaning.</param>
internal sealed record CurrentWiring(string Name, bool IsSame, IReadOnlyList<WiringDifference> Differences);
