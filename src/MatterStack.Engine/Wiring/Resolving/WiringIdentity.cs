using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Identity of the wiring in force, without its operators: it costs a fraction of parsing them.</summary>
/// <param name="Hash">Hash of the wiring.</param>
/// <param name="Origin">Original source of the persisted wiring.</param>
/// <param name="ResolvedPath">The original file; null for the built-in default.</param>
/// <param name="History">Events of the wiring, oldest first.</param>
internal sealed record WiringIdentity(Sha256 Hash, WiringSource Origin, string? ResolvedPath, IReadOnlyList<WiringEvent> History);
