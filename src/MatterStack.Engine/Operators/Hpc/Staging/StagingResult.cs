namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Result of sending attempts' files.</summary>
/// <param name="Ready">Attempts whose folders on the cluster are complete.</param>
/// <param name="Failed">Attempts that can never be sent, with the reason.</param>
/// <param name="Obstacle">Why the other attempts wait; null if there are none.</param>
internal sealed record StagingResult(
    IReadOnlyList<AttemptRequest> Ready,
    IReadOnlyList<(AttemptRequest Request, string Reason)> Failed,
    StagingFailure? Obstacle
)
{
    public static StagingResult AllReady(IReadOnlyList<AttemptRequest> requests) => new(requests, [], null);
}
