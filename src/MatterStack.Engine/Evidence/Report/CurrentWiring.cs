using System.Text;
using MatterStack.Engine.Evidence.Figures;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>Comparison of a run's wiring with the wiring that a new run would get.</summary>
/// <param name="Name">File or display name of the new wiring.</param>
/// <param name="IsSame">Whether both are equal byte by byte.</param>
/// <param name="Differences">Differences in meaning.</param>
internal sealed record CurrentWiring(string Name, bool IsSame, IReadOnlyList<WiringDifference> Differences);
