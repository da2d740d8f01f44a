using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Snapshots;

/// <summary>A line of <c>history.jsonl</c> with its hash. The next line contains this hash as <c>prev</c>.</summary>
internal sealed record HistoryLine(WiringEvent Event, Sha256? PreviousHash, Sha256 Hash, IReadOnlyList<LegacyInput> LegacyInputs);
