namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>A member of a state that would come back changed.</summary>
/// <param name="Path">Path of the member; empty for the state itself.</param>
/// <param name="Original">Description of the original.</param>
/// <param name="ReadBack">Description of the value that would come back.</param>
internal sealed record StateDifference(string Path, string Original, string ReadBack)
{
    /// <summary>Whether the object would come back as another class.</summary>
    public bool IsTypeChange { get; init; }
}
