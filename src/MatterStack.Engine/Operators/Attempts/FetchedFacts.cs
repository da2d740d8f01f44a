using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>What is known of files that were fetched from another machine, besides the files in <c>work/</c> here.</summary>
/// <param name="UnreadReasons">Why a file was not fetched, by its path in <c>work/</c>.</param>
/// <param name="Hashes">Hashes computed while files were fetched, by their path in <c>work/</c>.</param>
internal sealed record FetchedFacts(IReadOnlyDictionary<string, UnreadableOutput> UnreadReasons, IReadOnlyDictionary<string, Sha256> Hashes)
{
    public static FetchedFacts None { get; } = new(new Dictionary<string, UnreadableOutput>(), new Dictionary<string, Sha256>());
}
