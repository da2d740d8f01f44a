using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>The wiring of the next command.</summary>
/// <param name="Hash">Hash of the wiring.</param>
/// <param name="Source">Source of the wiring in that command.</param>
/// <param name="ResolvedPath">The original file; null for the built-in default.</param>
/// <param name="Snapshot">Path of this wiring in the current run, whether it exists or not; null if there is no run.</param>
internal sealed record WiringLocation(Sha256 Hash, WiringSource Source, string? ResolvedPath, string? Snapshot);
