namespace MatterStack.Engine.Problems;

/// <summary>Continues with the value of a result.</summary>
internal static class ResultExtensions
{
    /// <summary>Converts the value. Problems pass through, and warnings are kept.</summary>
    public static Result<TNext> MapValue<T, TNext>(this Result<T> result, Func<T, TNext> next) =>
        result.TryGet(out var value) ? Result<TNext>.Ok(next(value), result.Problems) : Result<TNext>.Fail(result.Problems);
}
