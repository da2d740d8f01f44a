namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Measures the time that a query takes to find the next row.</summary>
internal sealed class QueryTimeLimit(TimeSpan patience)
{
    private long _since = TimeProvider.System.GetTimestamp();

    /// <summary>Whether the time limit has passed.</summary>
    public bool HasPassed => TimeProvider.System.GetElapsedTime(_since) >= patience;

    /// <summary>Starts to measure again, before the next row is searched.</summary>
    public void Restart() => _since = TimeProvider.System.GetTimestamp();
}
