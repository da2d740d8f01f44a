using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Publishing;

/// <summary>An output that is to be at its target.</summary>
/// <param name="Row">Output and target.</param>
/// <param name="Target">Absolute path of the target.</param>
/// <param name="IsThere">Whether the target has this content already.</param>
/// <param name="Replaced">Whose file is replaced although this run did not put it there; null if nothing is, or if it is the run's
/// own.</param>
internal sealed record PlannedCopy(PublishedRow Row, string Target, bool IsThere, string? Replaced);
