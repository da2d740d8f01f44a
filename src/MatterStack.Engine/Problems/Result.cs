using System.Diagnostics.CodeAnalysis;

namespace MatterStack.Engine.Problems;

/// <summary>A value, or the problems that prevented it. A value can have warnings.</summary>
internal sealed class Result<T>
{
    private readonly T? _value;

    private Result(bool success, T? value, IReadOnlyList<Problem> problems) => (IsSuccess, _value, Problems) = (success, value, problems);

    /// <summary>Whether there is a value.</summary>
    public bool IsSuccess { get; }

    /// <summary>Errors if there is no value; warnings, if any, otherwise.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The value. Reading it without <see cref="IsSuccess"/> is a bug of the caller.</summary>
    /// <exception cref="InvalidOperationException">There is no value.</exception>
    public T Value => IsSuccess ? _value! : throw new InvalidOperationException("No value: " + string.Join("; ", Problems));

    /// <summary>A value without warnings.</summary>
    public static implicit operator Result<T>(T value) => new(true, value, []);

    /// <summary>One problem.</summary>
    public static implicit operator Result<T>(Problem problem) => new(false, default, [problem]);

    /// <summary>A value with warnings.</summary>
    public static Result<T> Ok(T value, IReadOnlyList<Problem> warnings) => new(true, value, warnings);

    /// <summary>Problems, at least one of them an error.</summary>
    public static Result<T> Fail(IReadOnlyList<Problem> problems) => new(false, default, problems);

    /// <summary>Returns the value; false if there is none.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return IsSuccess;
    }

    /// <summary>Returns the value and the problems; false if there is no value. Problems can be warnings.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, out IReadOnlyList<Problem> problems)
    {
        problems = Problems;
        return TryGet(out value);
    }

    /// <summary>Returns the value.</summary>
    /// <exception cref="ProblemException">There is no value. It carries the problems to the command, which reports them.</exception>
    public T GetValueOrThrow() => IsSuccess ? _value! : throw new ProblemException(Problems);
}
